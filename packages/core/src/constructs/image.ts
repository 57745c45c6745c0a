import type { Construct } from 'constructs';
import type { Problem } from '../errors/distro-error.ts';
import type { ArchName } from '../model/arch.ts';
import { isRepositoryPath, isTag } from '../model/image-reference.ts';
import type { ImageSettings } from '../model/image-settings.ts';
import type { LayerEntry } from '../model/layer-entry.ts';
import type { DebianSource } from '../model/source.ts';
import type { LayerRequest, PlanBuilder } from '../plan/builder.ts';
import { Distro } from './distro.ts';
import { Element } from './element.ts';
import { packagedContent } from './file-content.ts';
import { imageSchema, isComponent, isPlaced, type ImageComponent, type ImageProps } from './image-props.ts';
import { accountEntries, imageUser, type ImageUser } from './image-user.ts';
import { symlink, toPackageFile, type PackagedFile } from './package-files.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A container image for every architecture, built without a container engine. */
export class Image extends Element {
  readonly role = 'image';
  readonly props: ImageProps;

  constructor(scope: Construct, id: string, props: ImageProps = {}) {
    super(scope, id);
    this.props = this.checkProps(imageSchema, props);
  }

  /** The repository in the distribution's registry. */
  get name(): string {
    return this.props.name ?? this.#components[0]?.component.name ?? this.node.id;
  }

  get tag(): string {
    // The one character of versions that tags cannot hold.
    return this.props.tag ?? (this.#components[0]?.component ?? Distro.of(this)).version.replaceAll('+', '-');
  }

  /**
   * Its reference, for any object, installer setting or file: `registry.harbor.example/coredns:v1.14.2@sha256:…`. The
   * digest that is built takes the place of the one that stands there now.
   */
  get reference(): string {
    return Distro.of(this).imageReference(this.name, this.tag);
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    const { registry } = Distro.of(this);
    const problems: Omit<Problem, 'path'>[] = [];
    if (!isRepositoryPath(this.name)) {
      problems.push({
        code: 'NAME_INVALID',
        message: `${JSON.stringify(this.name)} is no name of an image`,
        hint: 'set name',
      });
    }
    if (!isTag(this.tag)) {
      problems.push({
        code: 'NAME_INVALID',
        message: `${JSON.stringify(this.tag)} is no tag of an image`,
        hint: 'set tag',
      });
    }
    if (`${registry}/${this.name}`.length > 255) {
      problems.push({ code: 'NAME_INVALID', message: `${registry}/${this.name} is longer than 255 characters` });
    }
    for (const [path, { kind, ...file }] of Object.entries(this.props.files ?? {})) {
      const fault =
        kind === 'ghost' ? 'an image has no ghosts' : 'capabilities' in file ? 'an image keeps no capabilities' : '';
      if (fault !== '') problems.push({ code: 'VALIDATION', message: `${path}: ${fault}` });
    }
    return problems;
  }

  override plan(builder: PlanBuilder): void {
    const { name, tag, node } = this;
    builder.image(node.path, {
      name,
      tag,
      compression: this.props.compression ?? 'zstd',
      platforms: builder.arches.map((arch) => ({
        arch,
        settings: this.#settings(builder, arch),
        layers: this.#layers(builder, arch),
      })),
    });
  }

  get #components(): readonly Required<ImageComponent>[] {
    return (this.props.layers ?? []).flatMap((layer) => {
      if (isComponent(layer)) return [{ component: layer, binaries: '/usr/bin' }];
      return isPlaced(layer) ? [{ binaries: '/usr/bin', ...layer }] : [];
    });
  }

  get #user(): Required<ImageUser> {
    return imageUser(this.props.user);
  }

  #settings(builder: PlanBuilder, arch: ArchName): ImageSettings {
    const { entrypoint, cmd = [], env, labels, workingDir = '/' } = this.props;
    const { uid, gid } = this.#user;
    return {
      user: `${uid}:${gid}`,
      entrypoint: entrypoint ?? this.#program(builder, arch),
      cmd,
      env: { PATH, ...env },
      labels: { ...this.#about(), ...labels },
      workingDir,
    };
  }

  #program(builder: PlanBuilder, arch: ArchName): readonly string[] {
    const [first] = this.#components;
    if (first === undefined) return [];
    const names = [...first.component.files(builder, arch).keys()];
    const name = names.length === 1 ? names[0] : names.find((one) => one === first.component.name);
    return name === undefined ? [] : [`${first.binaries}/${name}`];
  }

  /** The keys that annotations.md of the image specification names. */
  #about(): Readonly<Record<string, string>> {
    const { vendor } = Distro.of(this);
    const about = this.#components[0]?.component.props;
    const key = 'org.opencontainers.image';
    return {
      [`${key}.title`]: this.name,
      [`${key}.version`]: about?.version ?? this.tag,
      [`${key}.vendor`]: vendor.name,
      [`${key}.url`]: about?.homepage ?? vendor.url,
      ...(about?.summary === undefined ? {} : { [`${key}.description`]: about.summary }),
      ...(about === undefined ? {} : { [`${key}.licenses`]: about.license ?? 'Apache-2.0' }),
    };
  }

  #layers(builder: PlanBuilder, arch: ArchName): readonly LayerRequest[] {
    const debian = (this.props.layers ?? []).filter((layer) => 'kind' in layer && layer.kind === 'debian');
    const files = this.#files(builder, arch);
    const user = this.#user;
    return [
      ...(debian.length === 0 ? [] : [this.#packages(builder, arch, debian as readonly DebianSource[])]),
      { title: `accounts ${user.name} ${user.uid}`, entries: accountEntries(user) },
      ...this.#components.map((one) => this.#binaries(builder, arch, one)),
      ...(files.length === 0 ? [] : [{ title: `files of ${this.name}:${this.tag}`, entries: files }]),
    ];
  }

  #packages(builder: PlanBuilder, arch: ArchName, sources: readonly DebianSource[]): LayerRequest {
    const packages = sources.flatMap((source) => [
      ...builder.source(this.node.path, source, { arch, version: '' }).values(),
    ]);
    return { title: `debian ${sources.map((source) => source.package).join(' ')}`, entries: [], packages };
  }

  #binaries(
    builder: PlanBuilder,
    arch: ArchName,
    { component: from, binaries }: Required<ImageComponent>,
  ): LayerRequest {
    const entries = [...from.files(builder, arch)].map(([name, ref]): LayerEntry => ({
      type: 'file',
      path: `${binaries}/${name}`,
      mode: 0o755,
      uid: 0,
      gid: 0,
      content: ref,
    }));
    return { title: `${from.name} ${from.version}`, entries };
  }

  #files(builder: PlanBuilder, arch: ArchName): readonly LayerEntry[] {
    const { files = {}, links = {} } = this.props;
    const linked = Object.entries(links).map(([path, target]) => [path, symlink(target)] as const);
    return [...Object.entries(files), ...linked].flatMap(([path, file]) => this.#entry(builder, arch, path, file));
  }

  #entry(builder: PlanBuilder, arch: ArchName, path: string, file: PackagedFile): readonly LayerEntry[] {
    const found = toPackageFile(path, file, packagedContent(builder, { owner: this.node.path, path, arch }));
    const { mode, owner, group } = found;
    const base = { path, mode, uid: this.#id(builder, path, owner, 'uid'), gid: this.#id(builder, path, group, 'gid') };
    switch (found.type) {
      case 'file':
        return [{ ...base, type: 'file', content: found.content }];
      case 'directory':
        return [{ ...base, type: 'directory' }];
      case 'symlink':
        return [{ ...base, type: 'symlink', target: found.target }];
      case 'ghost':
        return [];
    }
  }

  /** An image has the users of its own passwd file only. */
  #id(builder: PlanBuilder, path: string, name: string, which: 'uid' | 'gid'): number {
    const user = this.#user;
    if (name === 'root') return 0;
    if (name === user.name) return user[which];
    if (/^\d{1,10}$/.test(name)) return Number(name);
    const message = `${path}: the image has no user or group ${name}`;
    builder.problem({
      code: 'VALIDATION',
      path: this.node.path,
      message,
      hint: `it has root and ${user.name}; or give a number`,
    });
    return 0;
  }
}
