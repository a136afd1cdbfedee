#!/bin/sh
# The first process of the node. kind runs kubeadm in it, which writes the configuration of the kubelet.
set -eu

# Propagates the mounts of pods, as the kubelet requires.
mount --make-rshared /

# Docker's DNS server, which pods cannot reach, listens on loopback: CoreDNS would ask itself. Nothing answers at the new address.
echo "nameserver $(ip -4 route show default | cut -d ' ' -f 3)" > /etc/resolv.conf

# A program that ends is started again.
supervise() {
    while true; do
        "$@" || true
        sleep 1
    done
}

run_kubelet() {
    kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
        --config=/var/lib/kubelet/config.yaml --config-dir=/kind/kubelet $KUBELET_KUBEADM_ARGS
}

supervise containerd >/var/log/containerd.log 2>&1 &
until ctr version >/dev/null 2>&1; do
    sleep 0.2
done

# kind waits for this line for 30 seconds, and then writes its files and runs kubeadm, which waits longer:
# https://kind.sigs.k8s.io/docs/design/node-image/
echo "Reached target Multi-User System"

for archive in /kind/images/*.tar; do
    ctr --namespace k8s.io images import "$archive"
done

until [ -f /var/lib/kubelet/config.yaml ] && [ -f /var/lib/kubelet/kubeadm-flags.env ]; do
    sleep 0.2
done
. /var/lib/kubelet/kubeadm-flags.env
supervise run_kubelet >/var/log/kubelet.log 2>&1
