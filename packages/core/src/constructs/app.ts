import { RootConstruct } from 'constructs';
import { Distro } from './distro.ts';

/** Marks an app across copies of the library: what loads a program looks for it. */
const APP = Symbol.for('distrokit.App');

/** The root of the tree. A program makes one, adds its distributions and exports it as its default. */
export class App extends RootConstruct {
  constructor() {
    super('');
    Object.defineProperty(this, APP, { value: true });
  }

  /** True for an app, whichever copy of the library made it. */
  static isApp(value: unknown): value is App {
    return typeof value === 'object' && value !== null && APP in value;
  }

  /** The distributions, in the order they were added. */
  get distros(): readonly Distro[] {
    return this.node.children.filter(Distro.isDistro);
  }
}
