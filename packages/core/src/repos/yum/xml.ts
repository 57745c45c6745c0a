import { DistroError } from '../../errors/distro-error.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * A text or the value of an attribute.
 *
 * @throws TEXT_INVALID for a character that XML 1.0 cannot hold
 */
export function xmlText(text: string): string {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(text)) {
    throw new DistroError('TEXT_INVALID', `repository metadata cannot hold ${JSON.stringify(text.slice(0, 200))}`, {
      hint: 'leave the control characters out',
    });
  }
  return text.replaceAll(/[&<>"]/gu, (character) => ENTITIES[character] ?? character);
}

/** Attributes in the order they are given, those that are undefined left out. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}

/** An element of text, `<summary>…</summary>`, empty as `<summary/>`. */
export function xmlElement(name: string, text: string | number, attributes = ''): string {
  const content = xmlText(String(text));
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

/** The text that an escaped one stands for. */
export function fromXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
