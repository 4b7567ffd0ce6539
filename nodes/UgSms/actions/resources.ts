import type { Resource } from '../../../engine/operation';
import { accountResource } from './account/account.resource';
import { apiKeyResource } from './apiKey/apiKey.resource';
import { messageResource } from './message/message.resource';

/** In picker order; the first is the default. */
export const resources: Resource[] = [messageResource, accountResource, apiKeyResource];
