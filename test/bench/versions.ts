/** cdk8s, its command line and what both are built on. */
export const CDK8S: readonly string[] = ['cdk8s-cli@2.207.60', 'cdk8s@2.70.106', 'constructs@10.8.1'];

/** nfpm, as `go install` takes it. */
export const NFPM = 'github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4';
