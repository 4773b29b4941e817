# Audit each client of a cluster by its own shell, and send the capture to a collector by HTTP PUT:
#
#   hostcheck capture --script > capture.sh        # put it where the artifact below is
#   nomad job run sysbatch.nomad.hcl
#   hostcheck fleet collect incoming/ --name cluster
#
# The clients need the driver raw_exec, and curl.
job "hostcheck" {
  datacenters = ["*"]
  type        = "sysbatch"

  group "hostcheck" {
    task "capture" {
      driver = "raw_exec"
      user   = "root"

      artifact {
        source      = "https://collect.example.org/capture.sh"
        destination = "local"
      }

      config {
        command = "/bin/sh"
        args = [
          "-c",
          "sh local/capture.sh | gzip | curl --fail --upload-file - https://collect.example.org/hostcheck/${node.unique.name}.txt.gz",
        ]
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
