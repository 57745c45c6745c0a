/**
 * Every error code with the sentence that the reference page prints for it. Add a code here first: the union
 * {@link ErrorCode} and `docs/reference/errors.md` come from this table.
 */
export const ERROR_CODES = {
  UNEXPECTED: 'An error that distrokit did not foresee; please report it.',
  USAGE: 'The command line is wrong.',
  CANCELLED: 'The run was stopped by a signal before it was done.',

  APP_NOT_FOUND: 'The app file does not exist.',
  APP_FAILED: 'The app threw while it was loaded.',
  APP_SYNTAX: 'The app does not parse or an import of it cannot be resolved.',
  APP_NO_EXPORT: 'The app file does not export an App as its default.',
  APP_EMPTY: 'The app holds no Distro, or several and none was chosen.',

  PROPS_INVALID: 'A construct was given props that its schema refuses.',
  VALIDATION: "A construct's own validation failed.",
  NAME_INVALID: 'A name breaks the rules of what it names.',
  VERSION_INVALID: 'A version breaks the rules of its format.',
  RELATION_INVALID: 'A package relation does not parse.',
  PATH_INVALID: 'A path is not absolute, not normal or would leave its root.',
  TEXT_INVALID: 'A text holds a character that its field cannot hold, such as a newline or a control character.',
  NO_ARCH: 'The distribution has no Arch.',
  ARCH_DUPLICATE: 'Two Arch constructs name the same architecture.',
  ARCH_UNSUPPORTED: 'A source cannot be built or is not published for an architecture of the distribution.',
  TARGET_UNKNOWN: 'A target is not one that distrokit knows.',
  KERNEL_UNKNOWN: 'The kernel version is not one that exists or that distrokit knows.',
  KERNEL_COUNT: 'The distribution has no Kernel, or more than one.',
  KERNEL_SKEW: 'A component does not have the version that the kernel expects.',
  ADDON_KERNEL_RANGE: 'An add-on does not support the kernel version.',
  DRIVER_CONFLICT: 'Two drivers claim the same exclusive role.',
  OBJECT_INVALID: 'A manifest object lacks apiVersion, kind or name, or holds a value that JSON cannot.',
  OBJECT_COLLISION: 'Two different objects have the same identity.',
  FILE_COLLISION: 'Two constructs own the same file.',
  NAME_DUPLICATE: 'Two constructs make the same part of a release.',
  PACKAGE_DUPLICATE: 'Two packages have the same name, format and architecture.',
  DEPENDENCY_CYCLE: 'Constructs depend on each other in a circle.',
  REFERENCE_UNKNOWN: 'A reference points to an output that no step makes.',

  LOCK_MISSING: 'There is no lock file.',
  LOCK_INVALID: 'The lock file does not match its schema.',
  SOURCE_NOT_LOCKED: 'A declared source has no entry in the lock.',
  SOURCE_STALE: 'A lock entry was made for another declaration of the source.',
  SOURCE_VERSION_UNKNOWN: 'The source does not have the requested version.',
  SOURCE_UNAVAILABLE: 'The source could not be reached or does not exist.',
  SOURCE_FILE_MISSING: 'A file source does not exist.',
  DOWNLOAD_FAILED: 'A download failed after its retries.',
  DOWNLOAD_TRUNCATED: 'A download ended before its announced size.',
  DIGEST_MISMATCH: 'Bytes do not have the digest they were pinned to.',
  SIGNATURE_INVALID: 'A signature does not verify.',

  KEY_INVALID: 'A signing key or a certificate cannot be read.',
  KEY_REFUSED: 'A key is expired, not valid yet, revoked, too weak or not meant for signing.',
  KEY_EXPIRES: 'The key that signs the release expires soon.',
  SIGNING_FAILED: 'What holds a signing key made no valid signature.',

  TOOL_MISSING: 'A program that this needs is not on the machine.',
  TOOL_VERSION: 'A program has another version than the lock pins.',
  BUILD_FAILED: 'A build step failed; the message ends with its log.',
  PATCH_FAILED: 'A patch does not apply to its source.',
  PLAN_INVALID: 'The plan does not match its schema.',

  STORE_CORRUPT: 'A store entry does not have its digest and could not be rebuilt.',
  STORE_BUSY: 'Another process holds the store.',
  DISK_FULL: 'The disk is full.',
  PERMISSION_DENIED: 'The file system refused an access.',
  OUTPUT_NOT_A_RELEASE: 'The output directory exists and is not a release.',

  FORMAT_INVALID: 'Bytes are not a valid file of their format.',
  FORMAT_LIMIT: 'A value does not fit the format or exceeds a bound against hostile input.',
  RELEASE_NOT_FOUND: 'There is no release at the given place.',
  RELEASE_INVALID: 'The release does not match its own metadata.',
  PUBLISH_CONFLICT: 'What is published would change under its name, or another publisher is at work.',
  PUBLISH_FAILED: 'The place that is published to refused, or could not be reached.',
  REGISTRY_NOT_FOUND: 'A registry has no such repository, tag, manifest or blob.',
  REGISTRY_DENIED: 'A registry asks for credentials, or refuses those it was given.',
  REGISTRY_FAILED: 'A registry refused a request, or could not be reached after the retries.',
  REGISTRY_ANSWER_INVALID:
    "A registry's answer breaks the distribution specification or contradicts what was asked for.",
  CREDENTIALS_INVALID: 'The file or the program that keeps the credentials of registries cannot be read.',
  INSTALLER_INVALID: 'An installer cannot be configured from the given settings.',
} as const;

/** A stable error code. Each is explained in `docs/reference/errors.md`. */
export type ErrorCode = keyof typeof ERROR_CODES;
