import { z } from 'zod';
import type { LayerEntry } from '../model/layer-entry.ts';

/** Who the programs of an image run as. */
export interface ImageUser {
  readonly uid: number;
  /** @default the uid */
  readonly gid?: number;
  /** @default 'nonroot' */
  readonly name?: string;
  /** A directory of its own; `/` for none. @default '/' */
  readonly home?: string;
}

/** The user of distributions that have no other: no program needs more, and Kubernetes can tell that it is not root. */
const NONROOT = 65532;

const id = z.number().int().min(0).max(0x7fff_ffff);

/** Accepts a number or an {@link ImageUser}. */
export const accountSchema: z.ZodType<number | ImageUser> = z.union([
  id,
  z.strictObject({
    uid: id,
    gid: id.exactOptional(),
    name: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,30}$/, 'must be the name of a user')
      .exactOptional(),
    home: z
      .string()
      .regex(/^\/[^\u0000-\u001f\u007f:]*$/, 'must be an absolute path without a colon')
      .exactOptional(),
  }),
]);

/** The user with everything that has a default. */
export function imageUser(given: number | ImageUser = NONROOT): Required<ImageUser> {
  const user = typeof given === 'number' ? { uid: given } : given;
  if (user.uid === 0) return { gid: 0, name: 'root', home: '/root', ...user };
  return { gid: user.uid, name: 'nonroot', home: '/', ...user };
}

/** The files that name a user: passwd, group, its home, and a directory for temporary files. */
export function accountEntries({ uid, gid, name, home }: Required<ImageUser>): readonly LayerEntry[] {
  const own = uid === 0 ? [] : [{ uid, gid, name, home }];
  const users = [{ uid: 0, gid: 0, name: 'root', home: '/root' }, ...own];
  const passwd = users.map(
    (user) => `${user.name}:x:${user.uid}:${user.gid}:${user.name}:${user.home}:/sbin/nologin\n`,
  );
  const groups = users.map((user) => `${user.name}:x:${user.gid}:\n`);
  const root = { uid: 0, gid: 0 };
  return [
    { type: 'file', path: '/etc/passwd', mode: 0o644, ...root, content: { text: passwd.join('') } },
    { type: 'file', path: '/etc/group', mode: 0o644, ...root, content: { text: groups.join('') } },
    { type: 'directory', path: '/root', mode: 0o700, ...root },
    { type: 'directory', path: '/tmp', mode: 0o1777, ...root },
    ...own.flatMap((user): readonly LayerEntry[] =>
      user.home === '/' ? [] : [{ type: 'directory', path: user.home, mode: 0o700, uid, gid }],
    ),
  ];
}
