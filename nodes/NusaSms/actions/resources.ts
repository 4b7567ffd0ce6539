import type { Resource } from '../../../engine/operation';
import { accountResource } from './account/account.resource';
import { messageResource } from './message/message.resource';
import { whatsAppResource } from './whatsApp/whatsApp.resource';

/** In picker order; the first is the default. */
export const resources: Resource[] = [messageResource, whatsAppResource, accountResource];
