import { expect, it } from 'vitest';
import { setImage } from './edit.ts';

const REPOSITORY = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api';
const NEW = `${REPOSITORY}:2.0.0`;

function edit(files: Readonly<Record<string, string>>) {
  const bytes = new Map(Object.entries(files).map(([file, text]) => [file, new TextEncoder().encode(text)]));
  const { files: edited, edits } = setImage(bytes, REPOSITORY, NEW);
  const texts = Object.fromEntries([...edited].map(([file, content]) => [file, new TextDecoder().decode(content)]));
  return { texts, edits };
}

it('changes the image and not one character besides', () => {
  const text = [
    '# who owns this: team a',
    'kind:   Service',
    'spec:',
    '  task:',
    '    containers:',
    `      - {name: web, image: ${REPOSITORY}:1.0.0}   # the web`,
    `      - name: side`,
    `        image: "${REPOSITORY}@sha256:${'a'.repeat(64)}"\r`,
    `      - name: quoted`,
    `        image: '${REPOSITORY}:1.0.0'`,
    `      - name: other`,
    `        image: ${REPOSITORY}-worker:1.0.0`,
    '---',
    `image: ${REPOSITORY}`,
    '',
  ].join('\n');
  const { texts, edits } = edit({ 'web.yaml': text });
  expect(texts['web.yaml']).toBe(
    text
      .replace(`${REPOSITORY}:1.0.0}`, `${NEW}}`)
      .replace(`"${REPOSITORY}@sha256:${'a'.repeat(64)}"`, `"${NEW}"`)
      .replace(`'${REPOSITORY}:1.0.0'`, `'${NEW}'`)
      .replace(new RegExp(`image: ${REPOSITORY}\n$`, 'u'), `image: ${NEW}\n`),
  );
  expect(edits.map(({ line }) => line)).toEqual([6, 8, 10, 14]);
});

it('knows values of Helm and parameters wherever they stand, and JSON', () => {
  const { texts } = edit({
    'values.yaml': `web:\n  image: ${REPOSITORY}:1.0.0\n`,
    'service.json': `{"image": "${REPOSITORY}:1.0.0"}`,
    'notes.md': `${REPOSITORY}:1.0.0`,
  });
  expect(texts).toEqual({ 'values.yaml': `web:\n  image: ${NEW}\n`, 'service.json': `{"image": "${NEW}"}` });
});

it('leaves alone what is current, what is no YAML, and what only mentions the image', () => {
  const { texts, edits } = edit({
    'a.yaml': `image: ${NEW}\n`,
    'b.yaml': `image: ${REPOSITORY}:1.0.0\n  bad: [\n`,
    'c.yaml': `description: we use ${REPOSITORY}:1.0.0 here\n`,
    'd.yaml': `# image: ${REPOSITORY}:1.0.0\nname: x\n`,
  });
  expect(texts).toEqual({});
  expect(edits).toEqual([]);
});
