import { resource } from '../../../../engine/operation';
import { getAll } from './getAll.operation';

export const inboundResource = resource('Inbox', 'inbound', { getAll });
