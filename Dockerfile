# Temporal's native client is built for glibc, so no Alpine.
FROM node:24.11.1-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install script is needed: what runs here comes prebuilt.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json tsconfig.sandbox.json ./
COPY tools ./tools
COPY src ./src
COPY sandbox ./sandbox
RUN npm run build && npm run build:sandbox && npm run --silent sbom > dist/sbom.cdx.json && \
    npm prune --omit=dev --ignore-scripts --no-audit --no-fund

# The fake providers, to try the service with: `docker build --target sandbox .`
FROM node:24.11.1-bookworm-slim AS sandbox
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist-sandbox ./dist-sandbox
USER node
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:4010/').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist-sandbox/main.js", "--host", "0.0.0.0", "--port", "4010"]

# Last, so that it is the default target.
FROM node:24.11.1-bookworm-slim AS production
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server.js"]
