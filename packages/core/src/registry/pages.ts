import type { Scope } from './auth/scope.ts';
import type { HttpAnswer } from './http-client.ts';
import { withRetries } from './patience.ts';
import { readJson } from './read-body.ts';
import { answerInvalid, type RepositoryContext } from './repository-context.ts';

const MAX_PAGE = 8 * 1024 * 1024;
const MAX_PAGES = 10_000;
const NEXT = /<([^<>]{1,4096})>\s*;[^,]*?\brel="?next"?/iu;

/** One page of a list. */
export interface Page {
  /** Its JSON, not yet checked. */
  readonly value: unknown;
  readonly answer: HttpAnswer;
}

/** Which list is read. */
export interface PagesRequest {
  /** The path of the first page. */
  readonly to: string;
  readonly scope: Scope;
  /** Names the list in errors. */
  readonly what: string;
  /** The statuses of a page; the body of another than 200 is not read, and ends the list. */
  readonly expect: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Reads a list page by page, as its `Link` headers lead. See the specification's section "Listing tags". */
export async function* readPages(context: RepositoryContext, request: PagesRequest): AsyncGenerator<Page, void> {
  const { scope, expect, headers = {}, signal, what } = request;
  const { transport } = context;
  const seen = new Set<string>();
  for (let to: URL | undefined = new URL(request.to, transport.origin); to !== undefined;) {
    if (seen.has(to.href) || seen.size >= MAX_PAGES) throw answerInvalid(what, 'the pages of the list do not end');
    seen.add(to.href);
    const url: URL = to;
    const page: Page = await withRetries(transport.retry, signal, async () => {
      const answer = await transport.attempt({ method: 'GET', to: url, scopes: [scope], expect, headers, signal });
      if (answer.status === 200) return { answer, value: await readJson(answer, MAX_PAGE) };
      await answer.drop();
      return { answer, value: undefined };
    });
    yield page;
    to = page.answer.status === 200 ? nextPage(page.answer, { asked: url, what }) : undefined;
  }
}

/** Where the next page is; undefined after the last. It must be on the same registry. */
function nextPage(
  answer: HttpAnswer,
  { asked, what }: { readonly asked: URL; readonly what: string },
): URL | undefined {
  const link = NEXT.exec(answer.header('link') ?? '')?.[1];
  if (link === undefined) return undefined;
  const next = URL.canParse(link, asked.href) ? new URL(link, asked) : undefined;
  if (next?.origin !== asked.origin) throw answerInvalid(what, 'the next page of the list is not in the same registry');
  return next;
}
