import { processIo } from './io.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';

const args = process.argv.slice(2);
const io = processIo(args.includes('--no-color'));
try {
  await createProgram(io).parseAsync(args, { from: 'user' });
} catch (error) {
  io.exit(reportError(error, args.includes('--debug'), io));
}
