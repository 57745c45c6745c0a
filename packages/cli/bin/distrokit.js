#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`✖ TOOL_VERSION  distrokit needs Node.js 22.19 or newer, this is ${process.versions.node}\n`);
  process.stderr.write(
    "    hint: install a newer Node.js, or run it through npm in a project that has the package 'node'\n",
  );
  process.exitCode = 1;
} else {
  // Compiled once and kept in the temporary directory, or where $NODE_COMPILE_CACHE says.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const { main } = await import('@distrokit/cli');
  process.exitCode = await main(process.argv.slice(2));
}
