/** cdk8s, its command line and what both are built on. */
export const CDK8S: readonly string[] = ['cdk8s-cli@2.207.60', 'cdk8s@2.70.106', 'constructs@10.8.1'];

/** What cdk8s runs an app with, in the versions that its template for a TypeScript app asks for. */
export const TS_NODE: readonly string[] = ['typescript@5.9.3', 'ts-node@10.9.2', '@types/node@14.18.63'];

/** nfpm, as `go install` takes it. */
export const NFPM = 'github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4';
