/** The kernels that each version of CoreDNS fits: those that serve every API it reads, of the minors we build. */
export const CORE_DNS_VERSIONS: Readonly<Record<string, { readonly kernels: string }>> = {
  '1.14.2': { kernels: '>=1.34.0 <1.37.0' },
};
