// The passwords of eight characters and more that leaked lists hold most often: the first ones that anybody tries.
const common = new Set(
  `00000000 11111111 12341234 12345678 123123123 123456789 1234567890 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 87654321 88888888
  987654321 abcd1234 abc12345 asdfghjk asdfghjkl babygirl baseball basketball butterfly changeme chocolate computer
  elizabeth football iloveyou iloveyou1 iloveyou2 jennifer liverpool letmein1 michelle p@ssw0rd passw0rd password
  password1 princess princess1 qwertyui qwertyuiop qwerty123 spongebob starwars sunshine superman tinkerbell trustno1
  victoria welcome1 whatever zaq12wsx`.split(/\s+/),
)

export const isCommonPassword = (password: string): boolean => common.has(password.toLowerCase())
