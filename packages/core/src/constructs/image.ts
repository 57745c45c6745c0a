import type { Construct } from 'constructs';
import type { Problem } from '../errors/distro-error.ts';
import type { ArchName } from '../model/arch.ts';
import { isRepositoryPath, isTag } from '../model/image-reference.ts';
import type { ImageSettings } from '../model/image-settings.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import { Distro } from './distro.ts';
import { Element } from './element.ts';
import { imageLayers } from './image-layers.ts';
import { componentsOf, imageSchema, type ImageComponent, type ImageProps } from './image-props.ts';
import { imageUser } from './image-user.ts';
import type { PackagedFile } from './package-files.ts';

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
    for (const [path, file] of Object.entries(this.props.files ?? {})) {
      const fault = imageFault(file);
      if (fault !== undefined) problems.push({ code: 'VALIDATION', message: `${path}: ${fault}` });
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
        layers: imageLayers(this.props, {
          builder,
          arch,
          owner: node.path,
          title: `${name}:${tag}`,
          signing: Distro.of(this).signing,
        }),
      })),
    });
  }

  get #components(): readonly Required<ImageComponent>[] {
    return componentsOf(this.props);
  }

  #settings(builder: PlanBuilder, arch: ArchName): ImageSettings {
    const { entrypoint, cmd = [], env, labels, workingDir = '/' } = this.props;
    const { uid, gid } = imageUser(this.props.user);
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
}

/** What a package can hold and an image cannot. */
function imageFault(file: PackagedFile): string | undefined {
  if (file.kind === 'ghost') return 'an image has no ghosts';
  return file.kind === 'binary' && file.capabilities !== undefined ? 'an image keeps no capabilities' : undefined;
}
