import type { Sha256 } from '../../model/digest.ts';

/** A family of licences whose texts begin and end with the same words. */
export interface LicenceText {
  /** The words that a text begins with: lower case, one space between them, no punctuation. */
  readonly begin: string;
  /** The words that it ends with; the first that is found counts. */
  readonly end: readonly string[];
  /**
   * What the SPDX templates let authors change, such as the name of the holder: each match becomes its replacement
   * before the text is compared.
   *
   * @see https://spdx.dev/learn/areas-of-interest/licensing/ (matching guidelines)
   */
  readonly variable?: readonly (readonly [RegExp, string])[];
  /** The sha256 of each known text's words to its licence; empty for a text that adds nothing to one before it. */
  readonly fingerprints: Readonly<Record<Sha256, string>>;
}

/** The texts that are recognised: each is, word for word, the one that SPDX lists, or that and a word more or less. */
export const LICENCE_TEXTS: readonly LicenceText[] = [
  {
    begin: 'permission is hereby granted free of charge to any person obtaining copy',
    end: ['or other dealings in the software', 'or other dealings in software'],
    variable: [[/in no event shall .{1,80}? be liable/, 'in no event shall the holders be liable']],
    fingerprints: {
      fadcdbebf92e020bc1d77a7a0f63f70e7cdfd473d8cf065bf3cbab112bde7eca: 'MIT',
      '4109ea667add6c5250f68a3fb124ff74891286e0b87fa46a74e19376b7f64aaf': 'MIT',
      '6fd7baf3d84906f5d13f106156a69911c13f9029d5abfad47ad5923a72e729f5': 'MIT-0',
    },
  },
  {
    begin: 'redistribution and use in source and binary forms with or without modification',
    end: ['possibility of such damage', 'possibility of such damages'],
    variable: [
      [
        /with the distribution (?:(?!advertising).){1,160}? be used to endorse/,
        'with the distribution no name may be used to endorse',
      ],
      [/provided by .{1,120}? as is/, 'provided by the holder as is'],
      [/in no event shall .{1,120}? be liable/, 'in no event shall the holder be liable'],
    ],
    fingerprints: {
      '938650adeb802c87f385c626d4ce918be4102aa6fc700c61a6d8ac394b4ea20b': 'BSD-3-Clause',
      '99ee5ae60dd462f16bda382db541d344f121b2730aedcfb226bd3381be195f5c': 'BSD-2-Clause',
    },
  },
  {
    begin: 'permission to use copy modify and',
    end: ['use or performance of this software'],
    variable: [
      [/in no event shall .{1,80}? be liable/, 'in no event shall the author be liable'],
      [/as is and .{1,80}? disclaims?/, 'as is and the author disclaims'],
    ],
    fingerprints: {
      '217da0747cec63a2e734185db11cbaa819bcd9e5b83cd12f812128fffe66e26a': 'ISC',
      '280d76b420aeff51730e96577a2466120c91213f03dd50d60107078c498c5b29': 'ISC',
      '25a274d52b3014d9bd64e0f3362fd279ac1655f163d5c518f6b9f6c43354802c': '0BSD',
    },
  },
  {
    begin: 'apache license version january 2004',
    end: ['accepting any such warranty or additional liability'],
    fingerprints: {
      f8d740d6836719eb74f77d8deb11a879d63a80511dd71cd9d12d10be198ac24d: 'Apache-2.0',
    },
  },
  {
    begin: 'appendix how to apply the apache license to your work',
    end: ['limitations under the license'],
    variable: [[/same printed page .{1,200}? licensed under/, 'same printed page licensed under']],
    fingerprints: {
      e0df9630db663649fa1bc3363ce34b426136aac3bff6af44f4834c9e64704282: '',
    },
  },
  {
    begin: 'licensed under the apache license version',
    end: ['limitations under the license'],
    fingerprints: {
      '0b9ba64245bb0238d125d7cd2610fe9cbe9f7ed6eef0449a834146ce2a59bd9a': 'Apache-2.0',
    },
  },
  {
    begin: 'mozilla public license version definitions',
    end: ['incompatible with secondary licenses as defined by the mozilla public license'],
    fingerprints: {
      '20fbd4b03947fe82eeae31865a37a96fccfa40af5b6a1cb1de7027fec28692be': 'MPL-2.0',
    },
  },
  {
    begin: 'this is free and unencumbered software released into the public domain',
    end: ['unlicense org'],
    fingerprints: {
      e311fb953e5718f9c34fc4a2ef8b35bdcb94e44a598973e236a51654932d8b1c: 'Unlicense',
    },
  },
  {
    begin: 'creative commons legal code cc0 universal',
    end: ['with respect to this cc0 or use of the work'],
    fingerprints: {
      '54bba3dbbe26da6e2c6f131806b6fe8f975f3a89a819c32d577768b88736dd35': 'CC0-1.0',
    },
  },
];

/** What stands around a licence's text and says nothing that it does not. */
export const TITLE: RegExp =
  /\b(?:end of terms and conditions|(?:the )?(?:mit|isc|(?:new |simplified )?bsd(?: clause)?) license(?: mit| expat)?|mit no attribution|authors)\b/g;

/**
 * The sha256 of words around the texts that only say which files each text is for, so that all of them apply, or that a
 * part comes from elsewhere under the same licence; with a project whose file they are in.
 */
export const EXPLANATIONS: ReadonlyMap<Sha256, string> = new Map([
  ['84d1b9957b36eb7dc3604775f507697fe0f10731ac23bffc738f7a8dcd0bc69e', 'github.com/bgentry/speakeasy'],
  ['6da553a3ffcbfe759762aa5433c66f93e28b0528c9c5ecd643b7e51d2caa3d78', 'github.com/dustin/go-humanize'],
  ['85839aa66331cee226e137d4f1ceb6a97d0726221ab0fd9dad07e0abc7dcbce7', 'github.com/gogo/protobuf'],
  ['14788854484107bf60dc5e2adc1097cc46939258f794d445e4a703dfbdb972eb', 'github.com/google/cel-go'],
  ['c7236a6505d11dda6875f87642b93b1196e8fa0ce546c14d403283d0b5c06270', 'github.com/klauspost/compress'],
  ['a76cf2883a95314b0ca55062dda52d4c4a64dce422b698b6c396cf8a7e34e44c', 'github.com/pelletier/go-toml/v2'],
  ['5168183daef8629526ed25d6e2cdb09295fff8e761ff8454e07a0deedcfb74b2', 'github.com/russross/blackfriday/v2'],
  ['81c98b3ac0ea65f6d4e1320f8c53401d146028cdcb9cb395d4b3d191e57a3ad3', 'github.com/shirou/gopsutil/v4'],
  ['cdb3e9e1eb87265113f2dabe88c938ee695b1671e7da145f2b8f4b7f735ae49d', 'go.yaml.in/yaml/v2'],
  ['1a2e79d0dafc511dc9cb7caf233991ddf198f7b2927349bea3fc9816104b2037', 'go.yaml.in/yaml/v3'],
  ['119623851353dd0637a52f8b6a79cc57e61a7b108d9544dc9a9db211671d76ff', 'sigs.k8s.io/json'],
  ['5783bf409887053f94ca828827d23664ccf7d32e48fef534c3fd5cb5fb36dc1c', 'sigs.k8s.io/yaml'],
]);
