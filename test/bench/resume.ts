import { buildCommandLine } from '../contract/commandLine.ts';
import { killAndResume } from '../contract/killAndResume.ts';

/** The process is killed at 20 random moments of a run, then resumed: nothing may be lost or doubled. */
export async function measure(): Promise<string[]> {
  const cli = await buildCommandLine();
  try {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const options = { seed, kills: 20, problems: 400, latencyMs: 60, longestMs: 1_000 };
    const { kills, killsWhileDrawing, seen, lost, doubled, missing, tornLines, requests } = await killAndResume(
      cli,
      options,
    );
    const samples = options.problems * 4;
    return [
      `kill -9 at ${kills} random moments (${killsWhileDrawing} while drawing, seed ${seed}), then resumed: ${samples - missing.length} of ${samples} samples`,
      `  ${lost.length} of ${seen} acknowledged samples lost (budget 0), ${doubled.length} doubled (budget 0), ${tornLines} torn lines told, ${requests} requests`,
    ];
  } finally {
    await cli.remove();
  }
}
