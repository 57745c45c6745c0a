/** What is known of a registry's referrers API; the same for all its repositories. */
export interface ReferrersSupport {
  /** Undefined until the registry has shown it. */
  hasApi(): boolean | undefined;
  noteApi(): void;
  noteNone(): void;
}

/** Nothing known yet. */
export function newReferrersSupport(): ReferrersSupport {
  let known: boolean | undefined;
  return {
    hasApi: () => known,
    noteApi() {
      known = true;
    },
    noteNone() {
      known ??= false;
    },
  };
}
