/** Every refusal in plain words. */

import { ApiError } from './api.js';
import { known, t } from './i18n.js';
import { date, duration } from './time.js';

/**
 * What to tell a person about a failure.
 * @param {unknown} error @returns {string}
 */
export function explain(error) {
  if (!(error instanceof ApiError)) return t('error.unexpected');
  const { problem } = error;
  const values = {
    wait: duration(error.retryAfter ?? 60),
    limit: Number(problem.limit ?? 0),
    n: Number(problem.limit ?? 0),
    until: typeof problem.until === 'string' ? date(problem.until) : '',
  };
  const variants = [
    error.code === 'too_many_contacts' && problem.whose === 'theirs' ? 'error.too_many_contacts_theirs' : '',
    error.code === 'account_banned' && values.until ? 'error.account_banned_until' : '',
    error.code === 'too_many_attempts' && error.retryAfter === null ? 'error.too_many_attempts_soon' : '',
    `error.${error.code}`,
    error.status === 429 ? 'error.too_many_attempts' : '',
    error.temporary ? 'error.busy' : '',
  ];
  return t(variants.find((key) => key && known(key)) ?? 'error.unexpected', values);
}
