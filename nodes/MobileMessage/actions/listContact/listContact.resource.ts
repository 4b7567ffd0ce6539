import { resource } from '../../../../engine/operation';
import { add } from './add.operation';
import { getAll } from './getAll.operation';
import { remove } from './remove.operation';

export const listContactResource = resource('List Contact', 'listContact', { add, getAll, remove });
