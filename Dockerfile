# Needs BuildKit's defaults only. docs/operations.md says how it is run; scripts/check-container.ts runs these same steps
# without an engine: each RUN is one line of sh, and paths are relative to WORKDIR.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: none is needed to run, and onnxruntime-node's would download CUDA libraries where it finds CUDA.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# ONNX Runtime for other systems, and for browsers: two thirds of the bytes.
RUN rm -rf node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32

FROM node:24-bookworm-slim
ENV NODE_ENV=production NARRATOR_DATA=/data NARRATOR_CACHE=/data/cache NARRATOR_WEB_PORT=8686
WORKDIR /app
RUN mkdir -p /data && chown 1000:1000 /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE NOTICE ./
COPY docs/slack-manifest.json ./docs/slack-manifest.json
COPY bin ./bin
COPY config ./config
COPY src ./src
# The image's own user "node".
USER 1000:1000
VOLUME /data
EXPOSE 8686
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.NARRATOR_WEB_PORT + '/healthz').then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/narrator.js", "serve"]
