# The image of the archive that brings its own Java. After `mvn -Pdist package`, in a clone:
#
#   docker build -t inference-proxy .
#   docker run -p 8080:8080 -e INFERENCE_PROXY_UPSTREAMS_DEFAULT_URLS=http://model:8000/predict \
#     -e INFERENCE_PROXY_AUTH_SECRET="$(openssl rand -base64 32)" inference-proxy
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS unpacked
ADD proxy-dist/target/inference-proxy-*-linux-x86_64.tar.gz /unpacked/
RUN mv /unpacked/inference-proxy-* /opt/inference-proxy

FROM ${BASE}
COPY --from=unpacked /opt/inference-proxy /opt/inference-proxy
# The class-data archive goes beside the jar, so that containers start fast and need no folder to write to.
RUN ln -s /opt/inference-proxy/bin/inference-proxy /usr/local/bin/inference-proxy \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/inference-proxy \
       --shell /usr/sbin/nologin inference-proxy \
    && install -d -o inference-proxy -g inference-proxy -m 0700 /var/lib/inference-proxy \
    && install -d /etc/inference-proxy \
    && inference-proxy rehearse

ENV INFERENCE_PROXY_SERVER_HOST=0.0.0.0 \
    XDG_STATE_HOME=/var/lib
USER 10001:10001
# A file inference-proxy.yaml that is mounted here is read.
WORKDIR /etc/inference-proxy
EXPOSE 8080
# Longer than drain-delay and drain-timeout together: docker stop --time 40
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["inference-proxy", "health"]
ENTRYPOINT ["inference-proxy"]
CMD ["serve"]
