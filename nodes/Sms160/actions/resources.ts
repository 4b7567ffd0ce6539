import type { Resource } from '../../../engine/operation';
import { accountResource } from './account/account.resource';
import { contactResource } from './contact/contact.resource';
import { groupResource } from './group/group.resource';
import { inboundResource } from './inbound/inbound.resource';
import { messageResource } from './message/message.resource';
import { otpResource } from './otp/otp.resource';

/** In picker order; the first is the default. */
export const resources: Resource[] = [messageResource, otpResource, contactResource, groupResource, inboundResource, accountResource];
