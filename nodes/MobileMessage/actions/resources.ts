import type { Resource } from '../../../engine/operation';
import { accountResource } from './account/account.resource';
import { contactResource } from './contact/contact.resource';
import { inboundResource } from './inbound/inbound.resource';
import { listResource } from './list/list.resource';
import { listContactResource } from './listContact/listContact.resource';
import { messageResource } from './message/message.resource';
import { senderResource } from './sender/sender.resource';
import { unsubscribeResource } from './unsubscribe/unsubscribe.resource';
import { webhookResource } from './webhook/webhook.resource';

/** In picker order; the first is the default. */
export const resources: Resource[] = [messageResource, contactResource, listResource, listContactResource, unsubscribeResource, senderResource, inboundResource, accountResource, webhookResource];
