import type { Resource } from '../../../engine/operation';
import { contactResource } from './contact/contact.resource';
import { contactGroupResource } from './contactGroup/contactGroup.resource';
import { groupResource } from './group/group.resource';
import { groupContactResource } from './groupContact/groupContact.resource';
import { inboundResource } from './inbound/inbound.resource';
import { messageResource } from './message/message.resource';

/** In picker order; the first is the default. */
export const resources: Resource[] = [messageResource, inboundResource, contactResource, contactGroupResource, groupResource, groupContactResource];
