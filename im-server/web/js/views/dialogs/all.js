/** Every dialog there is; each is found by its name in the state. */

import './add-people.js';
import './edit-contact.js';
import './presence.js';
import './remove-contact.js';
import './settings.js';
