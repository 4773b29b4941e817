# Terraform or OpenTofu: whatever depends on terraform_data.fit is made only once the server's gate has passed.
variable "address" {
  description = "Address of the new server, such as aws_instance.node.public_ip"
  type        = string
}

resource "terraform_data" "fit" {
  triggers_replace = [var.address]

  provisioner "local-exec" {
    command = "hostcheck gate \"ssh://root@$ADDRESS\" --profile docker"
    environment = {
      ADDRESS = var.address
    }
  }
}
