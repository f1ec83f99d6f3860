/** Where everything starts. */

import { start } from './actions/session.js';
import './core/install.js';
import { everywhere, setTheme } from './core/settings.js';
import { keepTitle } from './notify/title.js';
import { registerWorker } from './worker.js';
import './views/app.js';

setTheme(everywhere.get('theme'));
keepTitle();
void start();
void registerWorker();
