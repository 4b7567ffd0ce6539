import { resource } from '../../../../engine/operation';
import { remove } from './delete.operation';
import { deleteMany } from './deleteMany.operation';
import { getAll } from './getAll.operation';

export const inboundResource = resource('Inbox', 'inbound', { getAll, delete: remove, deleteMany });
