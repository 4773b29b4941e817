variable "n" { default = 2 }
job "x" {
  datacenters = ["dc1"]
  group "g" {
    count = var.n
    network {
      port "http" { static = 8080 }
    }
    task "t" {
      driver = "docker"
      config {
        image = "x:${var.n}"
        ports = ["http"]
      }
      resources {
        cpu    = 100
        memory = 64
      }
      env = { A = "b" }
      template {
        data = <<EOF
x
EOF
        destination = "y"
      }
    }
  }
}
