import { sha256Of } from '../../model/digest.ts';
import { canonicalJson, type Json } from '../../model/json.ts';

/**
 * A UUID that names a value: equal values have equal ones.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8
 */
export function contentUuid(value: Json): string {
  const hex = sha256Of(canonicalJson(value));
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
