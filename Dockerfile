# syntax=docker/dockerfile:1
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /herald
COPY .npmrc package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HERALD_HOST=0.0.0.0 HERALD_PUBLIC_PORT=3100
WORKDIR /herald
COPY --from=build /herald/node_modules ./node_modules
COPY --from=build /herald/dist ./dist
COPY --from=build /herald/package.json ./
# The only place that is written to: a volume. The rest may be read-only.
RUN mkdir data && chown node:node data
VOLUME /herald/data
USER node
# 3000: the API, for your network. 3100: what recipients open, for everybody.
EXPOSE 3000 3100
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
  CMD ["node", "-e", "require('http').get({ host: '127.0.0.1', port: Number(process.env.HERALD_PORT) || 3000, path: '/health/ready' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main.js"]
