import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is on this machine, or null. */
export const CHROMIUM = [process.env.CHROMIUM, ...PLACES].find(file => file && existsSync(file)) ?? null;

/** No sandbox: containers and CI seldom allow one, and the page is our own. */
export const CHROMIUM_ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
