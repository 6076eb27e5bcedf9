/** The import rules of docs/architecture.md, as a tool checks them. */
const only = (name, modules, from, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: from },
  to: { path: modules },
});

const PURE = ['model', 'rules', 'incidents', 'oncall', 'notify', 'cards'];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'model-imports-nothing',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { pathNot: '^src/model/' },
    },
    {
      name: 'lib-knows-no-nouns',
      comment: 'lib may name types of the model (a matcher, a span of time), and nothing else of ours',
      severity: 'error',
      from: { path: '^src/lib/' },
      to: { path: '^(src|adapters)/', pathNot: '^src/(lib|model)/' },
    },
    ...PURE.filter((stage) => stage !== 'model').map((stage) => ({
      name: `pure-${stage}`,
      comment: 'pure stages import the model and lib, never each other',
      severity: 'error',
      from: { path: `^src/${stage}/` },
      to: { path: '^(src|adapters)/', pathNot: `^src/(${stage}|model|lib)/` },
    })),
    {
      name: 'diff-is-pure',
      severity: 'error',
      from: { path: '^src/diff\\.ts$' },
      to: { path: '^(src|adapters)/', pathNot: '^src/model/' },
    },
    {
      name: 'commands',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: '^(src|adapters)/', pathNot: '^src/(commands|model|lib|cards|oncall|incidents)/' },
    },
    {
      name: 'sources-keep-apart',
      severity: 'error',
      from: { path: '^src/sources/([^/]+)/' },
      to: { path: '^src/sources/[^/]+/', pathNot: '^src/sources/$1/' },
    },
    {
      name: 'sources',
      severity: 'error',
      from: { path: '^src/sources/' },
      to: { path: '^(src|adapters)/', pathNot: '^src/(sources|model|lib)/' },
    },
    {
      name: 'adapters-keep-apart',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/' },
      to: { path: '^adapters/', pathNot: '^adapters/$1/' },
    },
    {
      name: 'adapters',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: '^src/', pathNot: '^src/(model|lib|notify/adapter)' },
    },
    {
      name: 'only-main-composes',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|main/|cli\\.ts|cli/)' },
      to: { path: '^(adapters/|src/main|src/cli)' },
    },
    {
      name: 'settings-see-only-ports',
      severity: 'error',
      from: { path: '^src/settings/' },
      to: { path: '^src/', pathNot: '^src/(settings|model|lib|notify/adapter|sources/source)' },
    },
    {
      name: 'engine-sees-no-settings',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^src/(settings|http|cli|main)' },
    },
    only('botbuilder', '^node_modules/(botbuilder|botframework)', '^(adapters/teams/|node_modules/)'),
    only('slack', '^node_modules/@slack/', '^(adapters/slack/|node_modules/)'),
    only('mail', '^node_modules/nodemailer/', '^(adapters/email/|node_modules/)'),
    only('bullmq', '^node_modules/(bullmq|ioredis)/', '^(src/engine/|node_modules/)'),
    only('postgres', '^node_modules/(pg|@electric-sql)/', '^(src/store/|node_modules/)'),
    only(
      'microsoft',
      '^node_modules/(@azure/msal-node|@microsoft/microsoft-graph-client)/',
      '^(src/(sources|lib)/|adapters/teams/token\\.ts$|node_modules/)',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.js', '.d.ts'],
    },
  },
};
