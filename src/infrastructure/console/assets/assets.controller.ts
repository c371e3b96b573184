import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { notFound } from '../../../application/audit/not-found.js';
import { OfConsole, Public } from '../../http/access/route-access.js';
import { ASSETS } from './assets.js';

/** Styles and scripts of the console. */
@Public('they are the same in every installation')
@Controller('console/assets')
export class AssetsController {
  @Get(':hash/:name')
  @OfConsole()
  get(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    if (!asset) throw notFound(`There is no asset ${name}.`, '/console');
    void reply
      .header('content-type', asset.type)
      .header('cache-control', 'public, max-age=31536000, immutable');
    return asset.content;
  }
}
