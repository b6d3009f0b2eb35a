/*
 * A process to be killed: appends numbered records to the log named by its argument, 16 at a time, and prints the number of
 * each once it was acknowledged. Begins at the number in its second argument.
 */
import { writeSync } from 'node:fs';
import { openLog } from '../../src/services/store/log.ts';

const [, , path = '', first = '0'] = process.argv;
const log = await openLog(path);
let next = Number(first);

async function appendOn(): Promise<void> {
  for (;;) {
    const number = next++;
    await log.append({ number, text: 'x'.repeat((number * 37) % 3000) });
    writeSync(1, `${number}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, appendOn));
