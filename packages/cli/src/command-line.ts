import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_APP } from './app-for.ts';
import type { CommandContext, CommandModule } from './context.ts';
import type { Io } from './io.ts';
import type { LoadedApp } from './load-app.ts';
import { ownVersion } from './own-version.ts';
import { styleFor } from './terminal/style.ts';

/** What a {@link CommandLine} is made for. */
export interface CommandLineOptions {
  readonly io: Io;
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal;
  readonly ownApp?: LoadedApp | undefined;
}

/** How a command behaves beside its own work. */
interface Traits {
  /** It makes or changes files, all at its end: a failure can say that nothing was written. */
  readonly writes?: boolean;
}

/**
 * Every command with its arguments and options. A command's own file, and with it the library, is imported when the
 * command runs: `--help` and a usage error stay fast.
 */
export class CommandLine {
  readonly #options: CommandLineOptions;
  readonly #program: Command;
  #exitCode = 0;
  #writes = false;

  constructor(options: CommandLineOptions) {
    this.#options = options;
    this.#program = this.#create();
    this.#describe(this.#program);
  }

  /** True when the command that runs writes files. */
  get writes(): boolean {
    return this.#writes;
  }

  /** Runs the command that the arguments name; its exit code. @throws CommanderError, or what the command throws */
  async run(argv: readonly string[]): Promise<number> {
    await this.#program.parseAsync([...argv], { from: 'user' });
    return this.#exitCode;
  }

  #create(): Command {
    const { stdout, stderr } = this.#options.io;
    return new Command('distrokit')
      .description('Builds Kubernetes distributions that are written in TypeScript.')
      .version(ownVersion(), '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print help')
      .helpCommand('help [command]', 'print help for a command')
      .option('-q, --quiet', 'print results and errors only')
      .option('--debug', 'print the stack of an error')
      .exitOverride()
      .configureOutput({
        writeOut: (text) => stdout.write(text),
        writeErr: (text) => stderr.write(text),
        outputError: () => {},
        getOutHelpWidth: () => stdout.columns,
        getErrHelpWidth: () => stderr.columns,
      });
  }

  #describe(program: Command): void {
    const init = program.command('init').description('start a project that passes its own tests');
    this.#add(
      init
        .command('distro', { isDefault: true })
        .description('start a distribution')
        .argument('<dir>', 'a new or empty directory'),
      () => import('./commands/init-distro.ts'),
      { writes: true },
    );

    this.#add(
      json(app(program.command('lock').description('pin everything that comes from outside'))),
      () => import('./commands/lock.ts'),
      { writes: true },
    );
    this.#add(
      json(program.command('update').description('move pins to what is there now'))
        .argument('[name...]', 'sources, packages or constructs whose pins to move; all when none is named')
        .option('--app <file>', `the file that exports the App (default: "${DEFAULT_APP}")`),
      () => import('./commands/update.ts'),
      { writes: true },
    );
    this.#add(
      json(app(program.command('outdated').description('list pins that have something newer; exits 1 when there are'))),
      () => import('./commands/outdated.ts'),
    );

    this.#add(
      selection(store(json(app(program.command('plan').description('print what synth would build, and why'))))),
      () => import('./commands/plan.ts'),
    );
    this.#add(
      selection(jobs(store(json(app(program.command('synth').description('build the release')))))).option(
        '-o, --output <dir>',
        'where the release goes',
        DEFAULT_RELEASE,
      ),
      () => import('./commands/synth.ts'),
      { writes: true },
    );

    this.#add(
      json(release(program.command('list').description('list what is in a release'))),
      () => import('./commands/list.ts'),
    );
    this.#add(
      json(release(program.command('tree').description('print the constructs that made a release'))),
      () => import('./commands/tree.ts'),
    );
    this.#add(
      json(program.command('explain').description('say which construct made a file, or what a construct made'))
        .argument('<subject>', 'a file of the release, or the path of a construct')
        .argument('[release]', 'the directory of the release', DEFAULT_RELEASE),
      () => import('./commands/explain.ts'),
    );
    this.#add(
      json(
        program
          .command('verify')
          .description('check every digest, package, image, repository and reference of a release')
          .argument('[release]', 'its directory, its bundle or its oci:// address', DEFAULT_RELEASE)
          .option('--old <release>', 'the release that a bundle made with --minus counts on')
          .option(
            '--key <file...>',
            'everything must be signed by these: OpenPGP certificates, public keys of images',
            list,
          ),
      ),
      () => import('./commands/verify.ts'),
    );

    this.#add(
      json(release(program.command('bundle').description('write a release as one file for a site without a network')))
        .option('-o, --output <file>', 'the file to write (default: the name of the release with .bundle.tar)')
        .option('--minus <release>', 'a release that the site has; what it holds is left out'),
      () => import('./commands/bundle.ts'),
      { writes: true },
    );

    this.#add(
      json(program.command('load').description('unpack a bundle, and push its images to a registry'))
        .argument('<bundle>', 'the file that bundle wrote')
        .option('-o, --output <dir>', 'where the release goes', DEFAULT_RELEASE)
        .option('--old <release>', 'the release that a bundle made with --minus counts on')
        .option('--registry <address>', 'push images and release there: oci://registry/path/name'),
      () => import('./commands/load.ts'),
      { writes: true },
    );
    this.#add(
      json(program.command('publish').description('publish a release to a directory, a bucket or a registry'))
        .argument('<to>', 'a directory, s3://bucket/prefix or oci://registry/path/name')
        .argument('[release]', 'the directory of the release', DEFAULT_RELEASE)
        .option('--dry-run', 'print what would be done'),
      () => import('./commands/publish.ts'),
    );

    this.#add(
      store(json(app(program.command('doctor').description('say what this machine lacks, and how to get it')))),
      () => import('./commands/doctor.ts'),
    );
    const storeCommand = program.command('store').description('look after the store of built and downloaded things');
    this.#add(
      store(json(storeCommand.command('gc').description('remove what was not used lately'))).option(
        '--older-than <days>',
        'keep what was used within so many days',
        wholeNumber,
        30,
      ),
      () => import('./commands/store-gc.ts'),
    );
  }

  #add<Flags extends object>(command: Command, load: () => Promise<CommandModule<Flags>>, traits: Traits = {}): void {
    command.action(async () => {
      this.#writes = traits.writes === true;
      const args = (command.processedArgs as readonly unknown[])
        .flat()
        .filter((argument) => typeof argument === 'string');
      const module = await load();
      this.#exitCode = await module.run(this.#context(command.opts()), args, command.opts<Flags>());
    });
  }

  #context(flags: { readonly json?: boolean }): CommandContext {
    const { io, signal, ownApp } = this.#options;
    return {
      io,
      signal,
      ownApp,
      json: flags.json === true,
      quiet: this.#program.opts<{ readonly quiet?: boolean }>().quiet === true,
      out: styleFor(io.stdout, io.env),
      err: styleFor(io.stderr, io.env),
    };
  }
}

const DEFAULT_RELEASE = 'dist';

const app = (command: Command): Command =>
  command.argument('[app]', `the file that exports the App (default: "${DEFAULT_APP}")`);

const release = (command: Command): Command =>
  command.argument('[release]', 'the directory of the release', DEFAULT_RELEASE);

const json = (command: Command): Command => command.option('--json', 'print the result as JSON');

const store = (command: Command): Command =>
  command.option('--store <dir>', 'the store (default: $DISTROKIT_STORE, else distrokit in the cache directory)');

const jobs = (command: Command): Command =>
  command.option('-j, --jobs <number>', 'steps that run at the same time (default: one a core)', wholeNumber);

const selection = (command: Command): Command =>
  command
    .option('--arch <arch>', "only these architectures, separated by commas; 'host' is this machine's", list)
    .option('--distro <name>', 'the distribution, where the App has several')
    .option('--only <path...>', 'only the constructs at or below these paths; name the app before', list);

/** Names separated by commas; an option given twice adds to its first. */
function list(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, ...value.split(',').filter((name) => name !== '')];
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('it must be a whole number above zero.');
  return Number(value);
}
