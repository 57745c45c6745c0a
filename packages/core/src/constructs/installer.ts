import type { JsonObject } from '../model/json.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import { Element } from './element.ts';

/** What makes a cluster out of a release: its configuration is rendered from the distribution. */
export abstract class Installer extends Element {
  readonly role = 'installer';
  /** The renderer's name, such as `kubeadm`. */
  abstract readonly installer: string;

  /** The renderer's settings, read from the whole distribution. */
  abstract settings(): JsonObject;

  override plan(builder: PlanBuilder): void {
    const { id, path } = this.node;
    const step = builder.installer(path, this.installer, `installers/${id}`, this.settings());
    builder.installerEntry({ name: id, kind: this.installer, path, step });
  }
}
