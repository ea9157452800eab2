# docker buildx bake --file infra/docker/docker-bake.hcl
variable "REGISTRY" {
  default = "registry.example.com/parley"
}

variable "TAG" {
  default = "main"
}

group "default" {
  targets = ["service"]
}

target "service" {
  matrix = {
    app = ["auth", "matching", "messaging", "gateway"]
  }
  name       = app
  target     = app
  dockerfile = "infra/docker/Dockerfile"
  args       = { APP = app }
  tags       = ["${REGISTRY}/${app}:${TAG}"]
  attest     = ["type=provenance,mode=max", "type=sbom"]
}
