import type { Problem } from '../errors/distro-error.ts';
import { compareText } from './json.ts';
import type { FileSource } from './source.ts';

/** The OpenPGP keys of a distribution over time. Only certificates (public keys) are named; private keys never are. */
export interface SigningPolicy {
  /** In any order. A key that replaces another one is listed, and so in the keyring, before it signs. */
  readonly certificates: readonly SigningCertificate[];
  /** Days before the signing key expires from which on a release is refused. @default 30 */
  readonly margin?: number;
}

/** A certificate and when its key is used. */
export interface SigningCertificate {
  /** The ASCII-armored certificate beside the program: `file('keys/2026.asc')`. */
  readonly certificate: FileSource;
  /** The first day on which its key signs releases, `2026-06-01`. @default since ever */
  readonly from?: string;
  /** The first day on which it is in the keyring no more. @default never: it stays */
  readonly until?: string;
}

/** A certificate of the keyring of one release. */
export interface RingCertificate {
  readonly certificate: FileSource;
  /** True for the one whose key signs the release. */
  readonly signs: boolean;
}

/** Where the keyring of a distribution stands in its releases: armored, one block for each certificate. */
export function keyringFile(distro: string): string {
  return `keys/${distro}-archive-keyring.asc`;
}

/** The `margin` of a policy that names none, in days. */
export const DEFAULT_MARGIN = 30;

/** The keyring at a date: every certificate that clients should trust, in the order that they sign. */
export function keyringAt(policy: SigningPolicy, date: number): readonly RingCertificate[] {
  const day = dayOf(date);
  const ring = inOrder(policy.certificates).filter(({ until }) => until === undefined || day < until);
  const signing = ring.findLast(({ from = '' }) => from <= day);
  return ring.map((each) => ({ certificate: each.certificate, signs: each === signing }));
}

/** What is wrong with a policy: who signs must be clear on every day, and clients must know a key before it signs. */
export function signingPolicyProblems(policy: SigningPolicy): readonly Omit<Problem, 'path'>[] {
  const ordered = inOrder(policy.certificates);
  return ordered.flatMap((each, index) => {
    const next = ordered[index + 1];
    const name = each.certificate.path;
    if (each.until !== undefined && each.until <= (each.from ?? ''))
      return [problem(`the certificate ${name} is for no day: from ${each.from}, until ${each.until}`, DATES)];
    if (ordered.some((other) => other !== each && other.certificate.path === name && ordered.indexOf(other) < index))
      return [problem(`the certificate ${name} is listed twice`, 'list each certificate once')];
    if (next === undefined) return [];
    const [start, other] = [next.from ?? '', next.certificate.path];
    if (start === (each.from ?? '')) return [problem(`${name} and ${other} sign from the same day on`, DATES)];
    if (each.until !== undefined && each.until <= start)
      return [problem(`${name} leaves the keyring on ${each.until}, before ${other} signs from ${start} on`, OVERLAP)];
    return [];
  });
}

/** Dates as they are written compare like the days they are. */
function inOrder(certificates: readonly SigningCertificate[]): readonly SigningCertificate[] {
  return [...certificates].sort((a, b) => compareText(a.from ?? '', b.from ?? ''));
}

/** @param date - seconds since 1970 */
function dayOf(date: number): string {
  return new Date(date * 1000).toISOString().slice(0, 10);
}

function problem(message: string, hint: string): Omit<Problem, 'path'> {
  return { code: 'VALIDATION', message, hint };
}

const DATES = "give each certificate a 'from' of its own, and an 'until' after it";
const OVERLAP = "move 'until' behind the day on which every machine has the new keyring, or leave it out";
