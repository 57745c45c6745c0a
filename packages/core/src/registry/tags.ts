import { z } from 'zod';
import { isTag } from '../model/image-reference.ts';
import { pullScope } from './auth/scope.ts';
import type { TransferOptions } from './content.ts';
import { readPages } from './pages.ts';
import { answerInvalid, pathOf, type RepositoryContext } from './repository-context.ts';

const PAGE_SIZE = 1000;

const pageSchema = z.object({ tags: z.array(z.string().refine(isTag)).nullish() });

/** The tags of a repository, in the registry's order. See the specification's section "Listing tags". */
export async function* listTags(
  context: RepositoryContext,
  { signal }: TransferOptions = {},
): AsyncGenerator<string, void> {
  const what = `${context.host}/${context.path}`;
  const to = `${pathOf(context, 'tags/list')}?n=${PAGE_SIZE}`;
  const pages = readPages(context, { to, scope: pullScope(context.path), what, expect: [200], signal });
  for await (const { value } of pages) {
    const page = pageSchema.safeParse(value);
    if (!page.success) throw answerInvalid(what, 'the list of its tags is not one');
    yield* page.data.tags ?? [];
  }
}
