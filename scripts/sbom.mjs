// Writes the software bill of materials of what Herald ships, as CycloneDX: npm run sbom [-- FILE]. It is made of package-lock.json alone.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = process.argv[2] ?? 'sbom.cdx.json';
const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
const output = execFileSync(
  'npm',
  ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only', '--offline'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
);
const bom = JSON.parse(output);
// npm takes the name of the folder.
bom.metadata.component.name = name;
// Not by --omit=dev, nor by npm's mark of development: it leaves out what both Herald and its tools use.
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const shipped = new Set(
  Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { name, version }]) => `${name ?? path.replace(/^.*node_modules\//, '')}@${version}`),
);
// npm leaves out a licence whose name is not one of SPDX.
const licences = new Map(
  Object.entries(lock.packages).map(([path, { license, version }]) => [
    `${path.replace(/^.*node_modules\//, '')}@${version}`,
    license,
  ]),
);
const withLicense = (component) => {
  const license = licences.get(component['bom-ref']);
  return component.licenses || !license
    ? component
    : { ...component, licenses: [{ license: { name: license } }] };
};
const own = bom.metadata.component['bom-ref'];
bom.components = bom.components
  .filter((component) => shipped.has(component['bom-ref']))
  .map((component) => ({ ...withLicense(component), scope: 'required', properties: [] }));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => ref === own || shipped.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => shipped.has(one)) }));
writeFileSync(FILE, `${JSON.stringify(bom, undefined, 2)}\n`);
process.stdout.write(`${FILE}: ${bom.components.length} components.\n`);
