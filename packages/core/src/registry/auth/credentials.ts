/** What a registry knows its user by. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  /** A refresh token, which the token server turns into access tokens. */
  | { readonly identityToken: string };

/** Finds the credentials for a registry, such as `registry.example:5000`; undefined to ask it as nobody. */
export type CredentialSource = (host: string) => Promise<Credentials | undefined>;

/** Asks every registry as nobody. */
export const anonymous: CredentialSource = async () => undefined;
