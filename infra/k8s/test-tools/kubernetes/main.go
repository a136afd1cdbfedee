// Command kubernetes contains the programs of a Kubernetes cluster for tests: the name under which it is started, or else its
// first argument, selects one. They share most of their code, so one program takes far less time to link and to store.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

func command(create func() *cobra.Command) func([]string) {
	return func(arguments []string) {
		os.Args = arguments
		os.Exit(cli.Run(create()))
	}
}

var programs = map[string]func([]string){
	"etcd":                    etcdmain.Main,
	"kube-apiserver":          command(apiserver.NewAPIServerCommand),
	"kube-controller-manager": command(controllers.NewControllerManagerCommand),
	"kube-proxy":              command(proxy.NewProxyCommand),
	"kube-scheduler":          command(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubelet":                 command(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
	"kubectl":                 command(kubectl.NewDefaultKubectlCommand),
}

func main() {
	arguments := slices.Clone(os.Args)
	run, found := programs[filepath.Base(arguments[0])]
	if !found && len(arguments) > 1 {
		arguments = arguments[1:]
		run, found = programs[arguments[0]]
	}
	if !found {
		names := strings.Join(slices.Sorted(maps.Keys(programs)), ", ")
		fmt.Fprintf(os.Stderr, "usage: kubernetes PROGRAM [FLAGS]\nPROGRAM is one of %s\n", names)
		os.Exit(2)
	}
	run(arguments)
}
