// Adds the digest to each image that the Dockerfile and the compose files name by version: npm run images:pin.
// Afterwards a version cannot be replaced by other content. It needs docker with buildx, and the registries of the images.
//   --check  changes nothing, and exits with 1 if an image has no digest, or another one than its version has now
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const print = (line) => process.stdout.write(`${line}\n`);

const FILES = [
  'Dockerfile',
  'docker-compose.yml',
  'compose.cluster.yml',
  'compose.secured.yml',
  'compose.browse.yml',
].filter(existsSync);
const IMAGE = /^(\s*(?:image:|FROM)\s+)([\w./-]+:[\w.-]+)(@sha256:[0-9a-f]{64})?(?=\s|$)/gm;
/** Built here. */
const isOwn = (image) => image.startsWith('herald:');

const digests = new Map();
/** The digest of the index, so that each platform finds its own image. */
const digestOf = (image) => {
  if (!digests.has(image)) {
    const args = ['buildx', 'imagetools', 'inspect', image, '--format', '{{.Manifest.Digest}}'];
    const digest = execFileSync('docker', args, { encoding: 'utf8' }).trim();
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`No digest for ${image}: ${digest}`);
    digests.set(image, digest);
  }
  return digests.get(image);
};

const isCheck = process.argv.includes('--check');
let differs = 0;
for (const file of FILES) {
  const text = readFileSync(file, 'utf8');
  const pinned = text.replace(IMAGE, (line, before, image, digest = '') => {
    if (isOwn(image)) return line;
    const now = `@${digestOf(image)}`;
    if (now !== digest) {
      differs += 1;
      print(`${file}: ${image}${now}${digest && ` instead of ${digest}`}`);
    }
    return `${before}${image}${now}`;
  });
  if (!isCheck && pinned !== text) writeFileSync(file, pinned);
}
print(`${digests.size} images, ${differs} ${isCheck ? 'to pin' : 'pinned'}.`);
if (isCheck && differs > 0) process.exitCode = 1;
