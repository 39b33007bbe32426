// The browser of the machine, as Debian's package `chromium` has it.
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const FIND = 'command -v chromium || command -v chromium-browser || command -v google-chrome';

/** Starts it; throws where there is none. */
export function launch() {
  let executablePath = process.env.CHROMIUM;
  try {
    executablePath ||= execFileSync('sh', ['-c', FIND], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error("there is no chromium: install your system's package `chromium`, or let CHROMIUM name one");
  }
  // Its sandbox does not work for root, as whom containers run.
  return chromium.launch({ executablePath, args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
}
