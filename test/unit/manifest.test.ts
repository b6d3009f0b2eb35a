import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import {
  commandNames,
  contextKeys,
  copyLinkKey,
  documentScheme,
  panelIds,
  prefix,
  runContexts,
  settingNames,
  viewerActionNames,
  viewerActions,
  viewerKeys,
  viewIds,
  walkthroughId,
} from '../../src/host/ids.ts';
import { defaultStrongSamples, parseSettings } from '../../src/host/parseSettings.ts';

/* What package.json promises and what the code does are one thing. */

const root = resolve(import.meta.dirname, '../..');
const readJson = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const manifest = readJson('package.json') as Manifest;
const strings = readJson('package.nls.json') as Record<string, string>;
const { contributes } = manifest;

interface Manifest {
  icon: string;
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; category?: string; icon?: string }[];
    keybindings: { command: string; key: string; mac?: string; args?: number; when: string }[];
    menus: Record<string, { command: string; when?: string; group?: string }[]>;
    configuration: { properties: Record<string, { default: unknown; scope?: string; markdownDescription: string }> };
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    views: Record<string, { id: string; type?: string }[]>;
    viewsWelcome: { view: string; contents: string }[];
    walkthroughs: {
      id: string;
      steps: { description: string; media: { svg: string }; completionEvents: string[] }[];
    }[];
  };
}

const registered = [
  ...commandNames.map((name) => `${prefix}.${name}`),
  ...viewerActionNames.map((action) => `${prefix}.viewer.${action}`),
];
const sorted = (names: Iterable<string>) => [...names].sort();

test('every command that the code registers is in the manifest, and the other way round', () => {
  assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(registered));
});

test('every command has a title and a category, and no two read the same in the palette', () => {
  const titles = contributes.commands.map(({ command, title, category }) => {
    assert.ok(title && category, `${command} lacks a title or a category`);
    return `${translate(category)}: ${translate(title)}`;
  });
  assert.equal(new Set(titles).size, titles.length);
});

test('the palette and the ? sheet call a Viewer action the same', () => {
  for (const action of viewerActionNames) {
    const command = contributes.commands.find((item) => item.command === `${prefix}.viewer.${action}`);
    assert.equal(translate(command?.title ?? ''), viewerActions[action]);
  }
});

test('the keys of the manifest are the keys that the Viewer shows', () => {
  const shown = viewerKeys.map(({ action, key, mac, argument }) =>
    JSON.stringify([`${prefix}.viewer.${action}`, key, mac, argument]),
  );
  shown.push(JSON.stringify([`${prefix}.copyLink`, copyLinkKey, undefined, undefined]));
  const bound = contributes.keybindings.map(({ command, key, mac, args }) => JSON.stringify([command, key, mac, args]));
  assert.deepEqual(sorted(bound), sorted(shown));
});

test('keys apply only while the Viewer, but none of its text fields, has the keyboard, and no key does two things', () => {
  const when = `${contextKeys.viewerFocus} && !${contextKeys.viewerTextField}`;
  for (const binding of contributes.keybindings) assert.equal(binding.when, when, binding.command);
  for (const system of ['key', 'mac'] as const) {
    const keys = contributes.keybindings.map((binding) => binding[system] ?? binding.key);
    assert.equal(new Set(keys).size, keys.length, system);
  }
});

test('menus, welcome texts and the walkthrough name only commands that exist', () => {
  const named = [
    ...Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command)),
    ...[...JSON.stringify(strings).matchAll(/command:(traceLoupe\.[\w.]+)/g)].map(([, command]) => command ?? ''),
    ...[...JSON.stringify(contributes.walkthroughs).matchAll(/onCommand:([\w.]+)/g)].map(
      ([, command]) => command ?? '',
    ),
  ];
  assert.ok(named.length > 30, 'the commands were found');
  assert.deepEqual(
    named.filter((command) => !registered.includes(command)),
    [],
  );
});

test('every command whose menu depends on a context is given one that the code sets', () => {
  const conditions = Object.values(contributes.menus).flatMap((items) => items.map(({ when }) => when ?? ''));
  const named = conditions.flatMap((when) => [...when.matchAll(/\b(?:viewItem [!=]=|view ==) ([\w.]+)/g)]);
  const known: string[] = [...Object.values(runContexts), ...Object.values(viewIds)];
  assert.ok(named.length > 10, 'the conditions were found');
  for (const [condition, value] of named) assert.ok(known.includes(value ?? ''), condition);
  const panels = conditions.flatMap((when) => [...when.matchAll(/activeWebviewPanelId == '([\w.]+)'/g)]);
  for (const [condition, id] of panels) assert.ok(Object.values<string>(panelIds).includes(id ?? ''), condition);
  const keys = conditions.flatMap((when) => when.match(/traceLoupe\.(?!sidebar|runs|viewer'|dashboard)\w+/g) ?? []);
  for (const key of keys) assert.ok(Object.values<string>(contextKeys).includes(key), key);
});

test('settings are the same in the manifest and in the code', () => {
  const names = Object.keys(contributes.configuration.properties);
  assert.deepEqual(sorted(names), sorted(settingNames.map((name) => `${prefix}.${name}`)));
});

test('the defaults that the manifest shows are the defaults that the code takes', () => {
  const properties = Object.entries(contributes.configuration.properties);
  const raw = Object.fromEntries(
    properties.map(([name, { default: value }]) => [name.replace(`${prefix}.`, ''), value]),
  );
  assert.deepEqual(parseSettings(raw, 'me'), parseSettings({}, 'me'));
  assert.deepEqual(raw.strongSamples, defaultStrongSamples);
});

test('no setting that holds an address or a name can be changed by an untrusted workspace', () => {
  const { restrictedConfigurations } = (manifest as unknown as { capabilities: Capabilities }).capabilities
    .untrustedWorkspaces;
  for (const name of ['models', 'weakModel', 'strongModel', 'maxUsd']) {
    assert.ok(restrictedConfigurations.includes(`${prefix}.${name}`), name);
  }
  const known = Object.keys(contributes.configuration.properties);
  for (const name of restrictedConfigurations) assert.ok(known.includes(name), name);
});

interface Capabilities {
  untrustedWorkspaces: { restrictedConfigurations: string[] };
}

test('views, panels, the walkthrough and links are those of the code', () => {
  const views = Object.values(contributes.views).flat();
  assert.deepEqual(sorted(views.map(({ id }) => id)), sorted(Object.values(viewIds)));
  assert.deepEqual(
    Object.keys(contributes.views),
    contributes.viewsContainers.activitybar.map(({ id }) => id),
  );
  for (const { view } of contributes.viewsWelcome) assert.ok(Object.values<string>(viewIds).includes(view), view);
  assert.deepEqual(
    contributes.walkthroughs.map(({ id }) => id),
    [walkthroughId],
  );
  const wanted = ['onUri', ...Object.values(panelIds).map((id) => `onWebviewPanel:${id}`)];
  assert.deepEqual(sorted(manifest.activationEvents), sorted(wanted));
  assert.match(documentScheme, /^[a-z][a-z-]+$/);
});

test('every string is used and defined', () => {
  const used = new Set([...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? ''));
  assert.deepEqual(sorted(used), sorted(Object.keys(strings)));
  for (const [key, text] of Object.entries(strings)) assert.ok(text.trim(), key);
});

test('the pictures that the manifest names are there', () => {
  const pictures = [
    manifest.icon,
    ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
    ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
  ];
  for (const picture of pictures) assert.ok(existsSync(join(root, picture)), picture);
});

function translate(text: string): string {
  return text.replace(/^%(.+)%$/, (_, key: string) => strings[key] ?? `missing ${key}`);
}
