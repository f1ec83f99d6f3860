/** Where everything starts. */

import { start } from './actions/session.js';
import { keepTitle } from './notify/title.js';
import { registerWorker } from './worker.js';
import './views/app.js';

keepTitle();
void start();
void registerWorker();
