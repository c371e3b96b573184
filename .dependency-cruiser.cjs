module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The domain knows nothing of the layers around it.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: '^src/(application|infrastructure|cli|demo)/|^src/[^/]+\\.ts$' },
    },
    {
      name: 'domain-no-frameworks',
      comment: 'The domain does no I/O and needs no framework; Temporal is its calendar, tr46 knows domain names in all scripts.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'temporal-polyfill|tr46',
      },
    },
    {
      name: 'application-not-infrastructure',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { path: '^src/(infrastructure|cli|demo)/|^src/[^/]+\\.ts$' },
    },
    {
      name: 'nothing-below-the-programs',
      comment: 'The command line and the demo are programs: what they share lies below them.',
      severity: 'error',
      from: { path: '^src/(infrastructure/|[^/]+\\.ts$)' },
      to: { path: '^src/(cli|demo)/' },
    },
    {
      name: 'projections-cannot-send',
      comment: 'Nothing reachable from a projection leads to delivery.',
      severity: 'error',
      from: { path: '^src/(application/read-models|infrastructure/rebuild-thread)/' },
      to: {
        path: '^src/application/(delivery|decisions)/|^src/infrastructure/mail/|node_modules/nodemailer',
        reachable: true,
      },
    },
    {
      name: 'adapters-stay-apart',
      comment: 'A port meets its adapter in adapters.module.ts and where settings are read, and nowhere else.',
      severity: 'error',
      from: { path: '^src/infrastructure/(sqlite|mongodb|eventstoredb|kurrentdb|grpc-log|documents|mail|metrics|tracing|logging)/' },
      to: { path: '^src/infrastructure/(http|process|config)/' },
    },
    {
      name: 'clients-of-the-log-stay-apart',
      comment:
        'A process has room for one of the two clients (docs/decisions/0049): each is imported in its room alone, which is loaded where it is used.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/infrastructure/(eventstoredb|kurrentdb)/' },
      to: { path: 'node_modules/(@eventstore/db-client|@kurrent)/' },
    },
    {
      name: 'rooms-of-the-clients-are-loaded-lazily',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/infrastructure/(eventstoredb|kurrentdb)/' },
      to: { path: '^src/infrastructure/(eventstoredb|kurrentdb)/', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'features-are-layered',
      comment:
        'No two features of the application know each other: one of them knows the other. Providers of another feature are reached through what its module exports: Nest refuses to start otherwise.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/application/[^/]+$' },
      to: { circular: true },
    },
    {
      name: 'rooms-are-layered',
      comment: 'The same for the rooms of the read models, and for those of the infrastructure.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/(application/read-models|infrastructure)/[^/]+$' },
      to: { circular: true },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$|^test/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
