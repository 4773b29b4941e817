#!/bin/sh
P=80
docker run -d --name a -p $P:80 \
  --ulimit nofile=10:20 --sysctl net.core.somaxconn=1 x sh -c 'a b'
