import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { workspaceFolder } from './settings.ts';

/** Files of the workspace that may hold problems: bounded in number and size, so that a large repository costs little. */
export async function findProblemFiles(): Promise<string[]> {
  const folder = workspaceFolder();
  if (!folder) return [];
  const pattern = new vscode.RelativePattern(folder, '**/*.{jsonl,csv,json,yaml,yml,md}');
  const found = await vscode.workspace.findFiles(pattern, excluded, mostFound);
  const paths = found
    .map((uri) => uri.fsPath)
    .filter((path) => !excludedNames.test(basename(path)))
    .sort(byLikelihood)
    .slice(0, mostRead);
  const sizes = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return paths.filter((_, index) => (sizes[index]?.size ?? Number.POSITIVE_INFINITY) <= largestBytes);
}

/** Never problem files, and common. */
const excludedNames =
  /^(package(-lock)?|tsconfig.*|jsconfig|biome|composer|pnpm-lock|docker-compose.*|mkdocs|\.?(eslint|prettier|markdownlint).*|readme|changelog|contributing|license|architecture|security|code_of_conduct)\./i;

const excluded = '{**/node_modules/**,**/.*/**,**/.*,**/dist/**,**/build/**,**/out/**,**/venv/**,**/site-packages/**}';
const mostFound = 400;
const mostRead = 60;
const largestBytes = 32 * 2 ** 20;

const kinds = ['.jsonl', '.csv', '.json', '.yaml', '.yml', '.md'];

function byLikelihood(a: string, b: string): number {
  const kind = (path: string) => kinds.findIndex((extension) => path.endsWith(extension));
  return kind(a) - kind(b) || a.localeCompare(b);
}
